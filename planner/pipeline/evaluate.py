def evaluate_study(
    settings: StudySettings, *, threads: int | None = None, progress: Progress | None = None
) -> EvaluationRecords:
    """
    Evaluate a study: verdicts, coverage of every state, gaps, isochrones.

    Parameters
    ----------
    settings
        The study.
    threads
        Threads of the searches, `None` for the machine's cores.
    progress
        Listener.

    Returns
    -------
    records
        Everything known, in the working CRS.

    Raises
    ------
    PlannerError
        As `read_inputs`.
    """
    progress = progress or SilentProgress()
    return evaluate_inputs(
        read_inputs(settings, progress=progress), threads=threads, progress=progress
    )


def evaluate_inputs(
    inputs: StudyInputs, *, threads: int | None = None, progress: Progress | None = None
) -> EvaluationRecords:
    """Evaluate inputs already read; see `evaluate_study`."""
    progress = progress or SilentProgress()
    settings, network = inputs.settings, inputs.network
    circles = inputs.rule_sets[0].life_circles
    area_index = {
        area.level: locate_in_areas(inputs.demand.xy, area)
        for area in inputs.areas
        if area.level != "plan_scope"
    }
    judgements = judge_centres(
        inputs.centres,
        inputs.rule_sets,
        plan_date=settings.standards.plan_date,
        apply_to_existing=settings.standards.apply_to_existing,
        in_plan_scope=_in_plan_scope(inputs),
    )
    limit_s = SEARCH_LIMIT_FACTOR * max(circle.limit_s for circle in circles)
    progress.begin("walks")
    walks = find_walks(
        network,
        inputs.centre_access,
        inputs.demand_access,
        limit_s=limit_s,
        direction=settings.walking.direction,
        threads=threads,
        progress=progress,
    )
    progress.end()
    progress.begin("coverage")
    states = tuple(
        _cover(state, inputs.demand, inputs.centres, judgements, walks, circles)
        for state in ("existing", "plan")
    )
    plan = states[1]
    areas = tuple(
        figures
        for state in states
        for area in inputs.areas
        if area.level != "plan_scope"
        for figures in area_figures(
            state, area, area_index[area.level], inputs.demand.persons, circles
        )
    )
    gaps = find_gaps(
        coverage=plan,
        circles=circles,
        demand=inputs.demand,
        demand_access=inputs.demand_access,
        network=network,
        centres_xy=inputs.centres.xy,
        serving=_serving(inputs.centres, circles, "plan"),
        communities=next((a for a in inputs.areas if a.level == "community"), None),
        community_index=area_index.get("community"),
    )
    progress.end()
    progress.begin("alternatives")
    alternatives = _alternatives(inputs, judgements, limit_s, plan, threads)
    progress.end()
    progress.begin("isochrones")
    isochrones, detour, terrain = _draw(inputs, circles, threads)
    progress.end()
    coverage = Coverage(
        states=states,
        centres=centre_figures(
            inputs.centres,
            walks,
            inputs.demand.persons,
            plan,
            circles=circles,
            serving=_serving(inputs.centres, circles, "plan"),
        ),
        areas=areas,
        gaps=gaps,
        alternatives=alternatives,
        loss_detour_share=detour,
        loss_terrain_share=terrain,
    )
    return EvaluationRecords(
        settings=settings,
        network=network,
        demand=inputs.demand,
        demand_access=inputs.demand_access,
        centres=inputs.centres,
        centre_access=inputs.centre_access,
        areas=inputs.areas,
        area_index=area_index,
        judgements=judgements,
        walks=walks,
        coverage=coverage,
        isochrones=isochrones,
        quarantine=(*inputs.demand.quarantine, *inputs.centres.quarantine),
        notices=(*inputs.notices, *_centre_notices(inputs)),
    )
