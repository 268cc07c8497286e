"""Scenario files from their parts."""


def section(name, entries):
    """A top-level map whose values are YAML in flow style."""
    if not entries:
        return ""
    return f"{name}:\n" + "".join(f"  {key}: {value}\n" for key, value in entries.items())


def scenario(services, workload, *, duration, warmup="10s", drain="10s", replications=30, seed=1,
             **sections):
    """A scenario; `sections` are further top-level maps (policyFor, faults, regions, ...)."""
    text = "version: 1\n" + section("regions", sections.pop("regions", {}))
    text += section("services", services) + section("workload", workload)
    for name, entries in sections.items():
        text += section(name, entries)
    return text + (f"experiment: {{warmup: {warmup}, duration: {duration}, drain: {drain}, "
                   f"replications: {replications}, seed: {seed}}}\n")
