"""Tests of moving in from another CRM."""
