"""Trials of the model beside people: assignment, sheets rated blind, reports, adoption."""
