"""Placeholder."""
from django.http import HttpResponse


def find(request): return HttpResponse("")
def service(request, pk): return HttpResponse("")
def report(request, pk): return HttpResponse("")
def report_sent(request, pk): return HttpResponse("")
