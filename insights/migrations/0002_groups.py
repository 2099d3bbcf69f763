from django.contrib.auth.management import create_permissions
from django.db import migrations

OWN = ("reference", "datareference")
CURATOR = [
    *(
        f"{what}_researchinsight"
        for what in ("add", "change", "delete", "view", "submit", "import", "export")
    ),
    *("add_tag", "view_tag"),
    *(f"{what}_{model}" for model in OWN for what in ("add", "change", "delete", "view")),
]
REVIEWER = [
    *(f"{what}_researchinsight" for what in ("change", "view", "publish", "retract", "export")),
    *("add_tag", "view_tag"),
    *(f"{what}_{model}" for model in OWN for what in ("add", "change", "delete", "view")),
]


def make_groups(apps, schema_editor):  # noqa: ANN001, ANN201 (Django's signature)
    """Groups with their permissions. Django makes permissions only after all migrations: made here, they are there."""
    alias = schema_editor.connection.alias if schema_editor else "default"
    config = apps.get_app_config("insights")
    if not getattr(config, "models_module", None):  # of an app as migrations see it: nothing would be made
        config.models_module = True
    create_permissions(config, verbosity=0, using=alias, apps=apps)
    group_model, permission_model = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    own = permission_model.objects.using(alias).filter(content_type__app_label="insights")
    for name, codenames in (("curator", CURATOR), ("reviewer", REVIEWER)):
        group, _ = group_model.objects.using(alias).get_or_create(name=name)
        found = own.filter(codename__in=codenames)
        if found.count() != len(codenames):
            raise RuntimeError(f"permissions of the group {name} are missing")
        group.permissions.add(*found)
    apps.get_model("insights", "ContentVersion").objects.using(alias).get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [
        ("insights", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
