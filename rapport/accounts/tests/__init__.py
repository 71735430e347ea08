"""Tests of account plans."""
