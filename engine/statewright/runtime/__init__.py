"""One batch of commands from load to settlement: knows neither AWS nor any other source of messages."""
