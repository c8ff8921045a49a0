"""Addresses of what every map is drawn from."""

from django.urls import path

from otklik.faces.maps import addresses, shapes

app_name = "maps"
urlpatterns = [
    path("boundaries/", shapes.boundaries, name="boundaries"),
    path("places/", shapes.places, name="places"),
    path("streets/", addresses.streets, name="streets"),
    path("houses/", addresses.houses, name="houses"),
]
