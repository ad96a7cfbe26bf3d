"""Periods are from–to: months that may end on a day of the commune's choice, and what `/baocao` names."""
