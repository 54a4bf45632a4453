"""Commands from load to settlement, alone or in batches: knows no source of messages, AWS included."""
