"""Prompt templates with the variables of dates and users."""

import re
from datetime import datetime


def get_task_model_id(default_model_id, task_model=None, task_model_external=None, models=None):
    return default_model_id


def prompt_variables_template(template, variables):
    for name, value in variables.items():
        template = template.replace(name, value)
    return template


def prompt_template(template, user=None, user_name=None, user_location=None):
    now = datetime.now()
    details = user if isinstance(user, dict) else {}
    values = {
        "CURRENT_DATE": now.strftime("%Y-%m-%d"),
        "CURRENT_TIME": now.strftime("%I:%M:%S %p"),
        "CURRENT_DATETIME": now.strftime("%Y-%m-%d %I:%M:%S %p"),
        "CURRENT_WEEKDAY": now.strftime("%A"),
        "USER_NAME": user_name or details.get("name") or "Unknown",
        "USER_LOCATION": user_location or details.get("location") or "Unknown",
    }
    for name, value in values.items():
        template = template.replace("{{" + name + "}}", value)
    return template


def replace_prompt_variable(template, prompt):
    template = template.replace("{{prompt}}", prompt)
    template = re.sub(r"{{prompt:start:(\d+)}}", lambda m: prompt[: int(m.group(1))], template)
    return re.sub(r"{{prompt:end:(\d+)}}", lambda m: prompt[-int(m.group(1)) :], template)
