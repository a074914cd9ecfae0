# Given to nodes by their groups.
class site::classified (
  String $by,
  Hash $more = {},
) {
  notify { 'classified': message => [$by, $more, $group_parameter, $tier] }
}
