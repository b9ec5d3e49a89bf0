/// The web role: what clients fetch over HTTP before and beside MSNP.
public enum WebServices {}
