"""Read pictures from what people have: folders, archives, tables, idx files, remote stores."""
