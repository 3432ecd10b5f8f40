//! Where a request comes from, as sign-in needs to know it.

use std::net::IpAddr;

use uuid::Uuid;

/// Whoever asks to be signed in or out. Surfaces fill it in from the connection.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// Their address on the network.
    pub ip: Option<IpAddr>,
    /// Their client's `User-Agent`.
    pub agent: Option<String>,
    /// The session that the request belongs to.
    pub session: Option<Uuid>,
}

const LONGEST_AGENT: usize = 200;

impl Caller {
    /// The network that rate limits count by: an IPv4 address, or the /64 of an IPv6 address, which is what one customer gets.
    pub(crate) fn network(&self) -> Option<String> {
        Some(match self.ip?.to_canonical() {
            IpAddr::V4(it) => it.to_string(),
            IpAddr::V6(it) => {
                let [a, b, c, d, ..] = it.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        })
    }

    /// The address as it is stored.
    pub(crate) fn stored_ip(&self) -> Option<String> {
        self.ip.map(|it| it.to_canonical().to_string())
    }

    /// The `User-Agent` as it is stored: at most 200 characters, without control characters.
    pub(crate) fn stored_agent(&self) -> Option<String> {
        let plain = |it: &String| it.chars().filter(|it| !it.is_control()).take(LONGEST_AGENT).collect();
        self.agent.as_ref().map(plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(ip: &str) -> Option<String> {
        Caller { ip: ip.parse().ok(), ..Caller::default() }.network()
    }

    #[test]
    fn a_network_is_an_address_or_a_64() {
        assert_eq!(network("192.0.2.7").as_deref(), Some("192.0.2.7"));
        assert_eq!(network("::ffff:192.0.2.7").as_deref(), Some("192.0.2.7"));
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2:ffff::1"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
    }
}
