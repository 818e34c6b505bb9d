"""Who a person is: what is known of them and from where, who may be the same person, and what proves it."""
