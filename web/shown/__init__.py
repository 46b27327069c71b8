"""What templates show: one frozen dataclass per template, built by one function from the library's answer. Nothing here renders HTML."""
