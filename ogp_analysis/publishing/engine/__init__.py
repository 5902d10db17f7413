"""The engine: runs notebooks on kernels that are forks of one process which has imported everything already."""
