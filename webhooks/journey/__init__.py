"""What browsers on the company's pages tell."""
