"""Speech turned into utterances, and speech and face put on one clock. Pure: values in, values out.

Nothing in this room is ever scored (`service.scoring` cannot take a face); it is shown to people.
"""
