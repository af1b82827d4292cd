"""The wires: settings, command line, channels and the web server around the handlers."""
