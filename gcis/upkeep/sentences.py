"""How events of upkeep read."""

from gcis.events.timeline import describe

describe("upkeep.mended", "Found and mended: {sentence}")
