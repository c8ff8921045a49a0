"""`georeport` from PyPI, a client that nobody here wrote, reads our server over the wire in both formats."""

import pytest

from otklik.cases.problem_models import PublicProblem
from tests.api.serving import served
from tests.cases.problems_steps import coordinator, problem, released, switched_on

georeport = pytest.importorskip("georeport")


@pytest.fixture
def shown(committed: None) -> PublicProblem:
    who = coordinator()
    switched_on()
    return released(who, problem(who).pk, title="Течь у школы")


@pytest.mark.parametrize("kind", ["json", "xml"])
def test_it_reads_services_definitions_and_requests(shown, kind):
    with served() as address:
        client = georeport.GeoReport(f"{address}/open311/v2", output_format=kind, jurisdiction="gorod-kamyshin")
        codes = [one["service_code"] for one in client.get_service_list()]
        assert {"road", "road.pothole"} <= set(codes)
        assert client.get_service_definition("transit")["service_code"] == "transit"
        found = client.get_service_requests(status="open", service_code="water")
        rows = found if isinstance(found, list) else [found]
        assert [one["service_request_id"] for one in rows] == [str(shown.pk)]
        assert client.get_service_request(str(shown.pk))["description"].startswith("Течь у школы")
