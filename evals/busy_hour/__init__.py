"""An hour at the desk in two minutes: ten customers whose stories overlap, one person at the console, driven by the keyboard."""
