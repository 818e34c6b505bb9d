"""The company's back office: orders, CRM, billing, access and devices, read and written."""
