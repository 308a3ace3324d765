"""Tables of one row a turn: CSV, Parquet, Excel."""
