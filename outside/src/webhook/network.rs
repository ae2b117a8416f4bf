//! Which addresses calls about events may go to. A receiver is named by whoever makes a subscription, and must not lead into the operator's
//! own network: only public addresses are called, and those that the operator allows.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// A part of the address space: an address, and how many of its first bits count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

/// The text isn't an address, or an address with a number of bits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no network: give an address, or one with a number of bits such as 10.20.0.0/16")]
pub struct InvalidNetwork(String);

impl FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let invalid = || InvalidNetwork(text.to_owned());
        let (address, bits) = text.trim().split_once('/').map_or((text.trim(), None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| invalid())?;
        let all = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(all), str::parse).map_err(|_| invalid())?;
        if bits > all { Err(invalid()) } else { Ok(Self { address, bits }) }
    }
}

impl Network {
    /// Whether an address lies in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(ours), IpAddr::V4(other)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.bits)).unwrap_or(0);
                ours.to_bits() & mask == other.to_bits() & mask
            }
            (IpAddr::V6(ours), IpAddr::V6(other)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.bits)).unwrap_or(0);
                ours.to_bits() & mask == other.to_bits() & mask
            }
            _ => false,
        }
    }
}

/// Networks of IPv4 that are not the public internet (IANA's registry of special-purpose addresses): this host, private, shared, loopback,
/// link-local with the clouds' metadata, protocols and documentation, relays, benchmarks, multicast, reserved, broadcast.
const SPECIAL: [([u8; 4], u8); 15] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
];

/// Of IPv6 only `2000::/3` is given out; within it, protocols (with Teredo and ORCHID), documentation, and 6to4, which holds an IPv4 address.
const SPECIAL_V6: [([u16; 8], u8); 4] = [
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    ([0x2001, 0x0db8, 0, 0, 0, 0, 0, 0], 32),
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
];

/// An address of the public internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !SPECIAL.iter().any(|(network, bits)| Network { address: IpAddr::from(*network), bits: *bits }.contains(address.into()))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // NAT64 (64:ff9b::/96): where it leads is in the last four bytes. So it is with mapped addresses (::ffff:0:0/96).
    if let [0x0064, 0xff9b, 0, 0, 0, 0, high, low] = address.segments() {
        return is_public_v4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)));
    }
    if let Some(mapped) = address.to_ipv4_mapped() {
        return is_public_v4(mapped);
    }
    let within =
        |(network, bits): &([u16; 8], u8)| Network { address: IpAddr::from(*network), bits: *bits }.contains(address.into());
    within(&([0x2000, 0, 0, 0, 0, 0, 0, 0], 3)) && !SPECIAL_V6.iter().any(within)
}

/// Which addresses may be called.
#[derive(Debug, Clone, Default)]
pub(super) struct Reach {
    /// Networks that are allowed although they are not public.
    pub(super) allowed: Vec<Network>,
    /// Public addresses too. Not without TLS: on the internet anybody could read along.
    pub(super) public: bool,
}

impl Reach {
    pub(super) fn permits(&self, address: IpAddr) -> bool {
        self.allowed.iter().any(|network| network.contains(address.to_canonical())) || self.public && is_public(address)
    }
}

/// Looks names up when a connection is made, and gives only addresses that may be called: a name that led elsewhere when the subscription
/// was made helps nobody.
impl Resolve for Reach {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.clone();
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let permitted: Vec<SocketAddr> = found.into_iter().filter(|address| reach.permits(address.ip())).collect();
            if permitted.is_empty() {
                return Err(NotPermitted.into());
            }
            Ok(Box::new(permitted.into_iter()) as Addrs)
        })
    }
}

/// The address must not be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the receiver's address is internal, and not allowed by OVERSTAP_EVENT_WEBHOOKS_ALLOW_INTERNAL")]
pub(super) struct NotPermitted;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    #[test]
    fn a_network_is_an_address_and_perhaps_bits() {
        for (text, within, outside) in [
            ("10.20.0.0/16", "10.20.255.1", "10.21.0.0"),
            ("127.0.0.1", "127.0.0.1", "127.0.0.2"),
            (" 10.0.0.0/8", "10.255.255.255", "11.0.0.0"),
            ("0.0.0.0/0", "203.0.113.9", "::1"),
            ("fd00::/8", "fdff::1", "fe00::1"),
            ("::/0", "2001:db8::1", "10.0.0.1"),
            ("::1", "::1", "::2"),
        ] {
            assert!(network(text).contains(within.parse().unwrap()), "{text} has {within}");
            assert!(!network(text).contains(outside.parse().unwrap()), "{text} hasn't {outside}");
        }
        for wrong in ["", "10.0.0.0/33", "10.0.0/8", "::1/129", "10.0.0.0/-1", "10.0.0.0/", "localhost", "10.0.0.0/8/8"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn only_the_public_internet_is_public() {
        for public in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00::1",
            "::ffff:1.1.1.1",
            "64:ff9b::101:101",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for internal in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001::1",
            "2001:10::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "4000::1",
        ] {
            assert!(!is_public(internal.parse().unwrap()), "{internal}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_found_unless_allowed() {
        let resolve = async |reach: &Reach| reach.resolve("localhost".parse().unwrap()).await.map(Iterator::count);
        let public = Reach { allowed: Vec::new(), public: true };
        assert_eq!(resolve(&public).await.unwrap_err().to_string(), NotPermitted.to_string());
        let own = Reach { allowed: vec![network("127.0.0.0/8"), network("::1")], public: false };
        assert!(resolve(&own).await.unwrap() > 0);
        assert!(own.permits("::ffff:127.0.0.1".parse().unwrap()) && !own.permits("1.1.1.1".parse().unwrap()));
    }
}
