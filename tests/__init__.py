"""Tests of Bursar; run them with `./run test`."""
