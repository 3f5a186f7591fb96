"""The Chongqing rule set of 2018 by hand, as the reports' tests need it."""

from __future__ import annotations

from datetime import date

from planner.domain.standard import Clause, LifeCircle, RuleSet

SEED = "中国社会报 2018-10-23"

BASIC = LifeCircle(
    circle_id="basic_5min",
    limit_s=300.0,
    name_zh="5分钟居民基本生活圈",
    name_en="5-minute basic circle",
    serves=(("community", "comprehensive"), ("community", "convenience")),
    text="打造5分钟居民基本生活圈",
    source=SEED,
    certainty="read",
)
DAILY = LifeCircle(
    circle_id="daily_15min",
    limit_s=900.0,
    name_zh="15分钟居民日常生活圈",
    name_en="15-minute daily circle",
    serves=(("community", "comprehensive"), ("street", "comprehensive")),
    text="打造15分钟居民日常生活圈",
    source=SEED,
    certainty="read",
)

FLOOR_AREA = Clause(
    clause_id="floor_area_total",
    group="floor_area",
    force="must",
    measures="floor_area_m2",
    comparison=">=",
    value=2700.0,
    unit="m2",
    levels=("community",),
    kinds=("comprehensive",),
    statuses=("new",),
    in_plan_scope=True,
    part_of=None,
    name_zh="建筑面积",
    name_en="Floor area",
    text="主城区新建社区综合服务中心建筑面积不低于2700平方米",
    source=SEED,
    certainty="read",
)
CONVENIENCE_AREA = Clause(
    clause_id="floor_area_convenience",
    group="floor_area",
    force="must",
    measures="convenience_area_m2",
    comparison=">=",
    value=800.0,
    unit="m2",
    levels=("community",),
    kinds=("comprehensive",),
    statuses=("new",),
    in_plan_scope=True,
    part_of="floor_area_m2",
    name_zh="便民服务中心面积",
    name_en="Convenience centre area",
    text="其中,社区便民服务中心不低于800平方米",
    source=SEED,
    certainty="read",
)
SOCIAL_WORKERS = Clause(
    clause_id="social_workers",
    group="staffing",
    force="should",
    measures="social_workers",
    comparison=">=",
    value=2.0,
    unit="persons",
    levels=("community",),
    kinds=(),
    statuses=(),
    in_plan_scope=False,
    part_of=None,
    name_zh="社会工作专业人才",
    name_en="Social workers",
    text="按照城市社区配置2名以上社会工作专业人才的标准",
    source=SEED,
    certainty="read",
)

CHONGQING_2018 = RuleSet(
    rule_set_id="chongqing-2018",
    title="重庆市主城区街道和社区综合服务中心布点规划",
    title_en="Layout plan of service centres in the main urban area of Chongqing",
    issuing_body="重庆市民政局",
    valid_from=date(2018, 10, 1),
    valid_to=None,
    superseded_by="chongqing-2022",
    life_circles=(BASIC, DAILY),
    clauses=(FLOOR_AREA, CONVENIENCE_AREA, SOCIAL_WORKERS),
)
