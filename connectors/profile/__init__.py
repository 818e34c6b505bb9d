"""What the company's other systems know of a customer, over HTTP or from a database."""
