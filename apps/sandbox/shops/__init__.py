"""A shop and a CRM of other companies, as far as the examples of actions speak to them."""
