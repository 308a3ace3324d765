"""The form in which a person decides one judgement, for every page that has one."""
