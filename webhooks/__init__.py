"""HTTP in. Each view verifies, parses and accepts; there is no fourth verb."""
