"""Names of all plots."""

import json

import django

if __name__ == "__main__":
    django.setup()
    from deepspace.plotting import registry

    print(json.dumps([plot.name for plot in registry.plots()]))
