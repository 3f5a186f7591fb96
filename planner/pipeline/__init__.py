"""The one stair: joins the stages for one study, step by step, and decides nothing itself."""
