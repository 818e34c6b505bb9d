"""What the company's systems know of a customer's devices and accounts, over plain HTTP."""
