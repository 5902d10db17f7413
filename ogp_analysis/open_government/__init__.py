"""The Open Government Partnership: members, action plans, commitments, and how plans are made."""
