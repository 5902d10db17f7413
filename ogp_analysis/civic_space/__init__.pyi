from .measures.held import measures as measures
