"""What the company's own systems tell us: an order is late, a service is out."""
