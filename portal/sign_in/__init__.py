"""How staff come in, at the desk and at the CMS: one set of pages, by django-allauth, at each door."""
