"""What civic-space series did after an event in one country, beside other countries and other dates."""
