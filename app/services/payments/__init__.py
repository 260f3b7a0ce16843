"""Receiving payments: who pays, how the money falls, and the batch of a morning."""
