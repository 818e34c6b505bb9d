"""What a campaign did: contacts it spared, what it cost, whether it does harm."""
