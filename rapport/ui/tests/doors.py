"""A small navigation for the tests of the frame."""

from rapport.ui.navigation import Action, Door, Place, Room

DOORS = (
    Door("", (Room("Home", "home", "account_change_password", "home.view_day", key="h", count=lambda _user: 1234),)),
    Door(
        "Know",
        (Room("Security", "shield-lock", "mfa_index", "customers.view_customer", also=("customers",)),),
        (
            Action("Log call", "phone", "account_logout", "timeline.add_interaction", primary=True),
            Action("New customer", "user-plus", "account_reauthenticate", "customers.add_customer"),
        ),
    ),
    Door("Govern", (Room("Users", "users", "account_login", "people.change_user"),)),
    Door("Find", (Room("Search", "search", "mfa_authenticate", "search.find"),), place=Place.FIND),
    Door("You", (Room("Profile", "user", "account_inactive", "people.change_self"),), place=Place.MENU),
)
