"""The warm engine: executes notebooks in forks of one process that has imported everything already."""
