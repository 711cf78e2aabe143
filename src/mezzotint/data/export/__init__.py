"""Write data sets in the formats of others: WebDataset, Parquet, Croissant."""
