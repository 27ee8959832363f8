"""formtools as it comes, with its session storage, over two of our questions: what we do not use."""

from django.http import HttpResponse
from django.template import Context, Template
from django.urls import path
from formtools.wizard.views import SessionWizardView

from selfreferral.questions.me import AboutForm, AgreeForm

PAGE = Template("{{ wizard.management_form }}{{ wizard.form }}")
sent: list[dict] = []


class Stock(SessionWizardView):
    form_list = [("about", AboutForm), ("agree", AgreeForm)]

    def render_to_response(self, context, **kwargs):
        return HttpResponse(PAGE.render(Context(context)))

    def done(self, form_list, form_dict, **kwargs):
        sent.append({slug: form.cleaned_data for slug, form in form_dict.items()})
        return HttpResponse("sent")


urlpatterns = [path("stock/", Stock.as_view())]
