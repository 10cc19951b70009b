"""The registry: who owns which right, where and when."""
