"""Tables of commitments and of the process behind them."""
