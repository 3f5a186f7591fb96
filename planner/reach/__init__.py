"""Travel times, isochrones and routes on the street network."""
